/**
 * What the tasks of this instance know now, kept in bounds on the heap for other threads to read:
 * counts, ledgers, alerts, how far nodes have come, and transactions as they are made. Tasks write,
 * HTTP reads; nothing here ever makes a task wait. It is no state: a task that starts anew fills
 * its view from its own.
 */
@NullMarked
package io.stream53.processor.view;

import org.jspecify.annotations.NullMarked;
