/** Batches of an outbox over gRPC to a receiver in another process. */
@NullMarked
package dev.weft.link.outbox;

import org.jspecify.annotations.NullMarked;
