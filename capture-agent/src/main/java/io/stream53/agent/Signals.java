package io.stream53.agent;

import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. Java has {@code sun.misc.Signal} alone for them, a class that
 * every JDK has and that compilers warn of: hence by reflection.
 */
final class Signals {
    private Signals() {}

    /** Calls this on each SIGHUP, in a thread of the JVM; where there is no such signal, never. */
    static void onHangUp(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calling =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, arguments) -> {
                                action.run();
                                return null;
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), calling);
        } catch (ReflectiveOperationException notHere) {
            return;
        }
    }
}
