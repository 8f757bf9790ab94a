/** Messages of the Open Inference Protocol over HTTP, tensors in binary behind the JSON. */
@org.jspecify.annotations.NullMarked
package dev.weft.client.wire;
