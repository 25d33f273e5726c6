package io.stream53.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.key.Transport;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

class PacketViewTest {
    /** A field that is forgotten would be another packet's. */
    @Test
    void takesOverEveryFieldOfAnother() throws IllegalAccessException {
        PacketView other = new PacketView();
        for (Field field : PacketView.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.set(other, unlikeDefault(field));
            }
        }
        PacketView view = new PacketView().set(other);
        for (Field field : PacketView.class.getDeclaredFields()) {
            assertThat(field.get(view)).as(field.getName()).isEqualTo(field.get(other));
        }
    }

    private static Object unlikeDefault(Field field) {
        Class<?> type = field.getType();
        if (type == byte[].class) {
            return new byte[] {1, 2, 3};
        } else if (type == boolean.class) {
            return true;
        } else if (type == int.class || type == long.class) {
            return 77;
        } else if (type == String.class) {
            return "doq";
        } else if (type == Transport.class) {
            return Transport.QUIC;
        } else if (type == ClientPlace.class) {
            return new ClientPlace("EU", "DE", 64_500, "");
        }
        Object[] constants = type.getEnumConstants();
        return constants[field.getName().equals("direction") ? 0 : constants.length - 1];
    }
}
