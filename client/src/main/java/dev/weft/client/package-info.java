/** {@link dev.weft.client.WeftClient}, the way from a Java program to a served model. */
@org.jspecify.annotations.NullMarked
package dev.weft.client;
