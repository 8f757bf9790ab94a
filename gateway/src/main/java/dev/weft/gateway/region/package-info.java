/** Regions of POSIX shared memory that clients register, and the files they are parts of. */
@NullMarked
package dev.weft.gateway.region;

import org.jspecify.annotations.NullMarked;
