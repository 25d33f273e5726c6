package io.stream53.agent.packet;

import org.jspecify.annotations.Nullable;

/** Flows in an order, any of which may be taken out at no cost: a doubly linked list of links. */
final class FlowList {
    /** A flow's place in one list at a time. */
    static final class Link {
        final TcpFlow flow;
        private @Nullable FlowList list;
        private @Nullable Link before;
        private @Nullable Link after;

        Link(TcpFlow flow) {
            this.flow = flow;
        }

        /** Whether it is in this list. */
        boolean isIn(FlowList other) {
            return list == other;
        }

        /** Takes it out of the list that it is in, if any. */
        void remove() {
            if (list != null) {
                list.unlink(this);
                list = null;
            }
        }
    }

    private @Nullable Link first;
    private @Nullable Link last;

    /** Puts it behind all others; it leaves the list that it was in. */
    void addLast(Link link) {
        link.remove();
        link.list = this;
        link.before = last;
        link.after = null;
        if (last == null) {
            first = link;
        } else {
            last.after = link;
        }
        last = link;
    }

    private void unlink(Link link) {
        if (link.before == null) {
            first = link.after;
        } else {
            link.before.after = link.after;
        }
        if (link.after == null) {
            last = link.before;
        } else {
            link.after.before = link.before;
        }
    }

    /** Null when it is empty. */
    @Nullable TcpFlow first() {
        return first == null ? null : first.flow;
    }
}
