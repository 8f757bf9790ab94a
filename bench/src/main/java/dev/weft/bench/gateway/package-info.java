/** Servers in processes of their own, and callers that speak to them as clients do. */
@NullMarked
package dev.weft.bench.gateway;

import org.jspecify.annotations.NullMarked;
