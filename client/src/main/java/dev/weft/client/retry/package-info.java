/** When a request that was refused is sent again. */
@org.jspecify.annotations.NullMarked
package dev.weft.client.retry;
