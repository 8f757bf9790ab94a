/** The data link: batches of an outbox over gRPC to a receiver in another process. */
@NullMarked
package dev.weft.link;

import org.jspecify.annotations.NullMarked;
