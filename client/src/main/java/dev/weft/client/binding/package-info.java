/** Records as the inputs and outputs of a model. */
@org.jspecify.annotations.NullMarked
package dev.weft.client.binding;
