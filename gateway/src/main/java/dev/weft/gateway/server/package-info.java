/** All protocols of the gateway together. */
@NullMarked
package dev.weft.gateway.server;

import org.jspecify.annotations.NullMarked;
