/** The Open Inference Protocol v2 as bytes: requests read into tensors, answers written. */
@NullMarked
package dev.weft.gateway.protocol;

import org.jspecify.annotations.NullMarked;
