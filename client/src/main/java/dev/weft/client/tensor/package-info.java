/** Tensors as they travel: a datatype, a shape and the elements in the protocol's bytes. */
@org.jspecify.annotations.NullMarked
package dev.weft.client.tensor;
