/** Ports of servers as people write them. */
@NullMarked
package dev.weft.gateway.port;

import org.jspecify.annotations.NullMarked;
