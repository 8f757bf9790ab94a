/** The same exchange of bytes over Weft's data link and over plain gRPC, side by side. */
@NullMarked
package dev.weft.bench.echo;

import org.jspecify.annotations.NullMarked;
