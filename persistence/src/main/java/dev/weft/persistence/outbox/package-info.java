/**
 * From the edge buffer to where it is wanted: what is sent, how far it was acknowledged, and the
 * side that receives.
 */
@NullMarked
package dev.weft.persistence.outbox;

import org.jspecify.annotations.NullMarked;
