/** Work that is done again and again beside what is served. */
@NullMarked
package dev.weft.gateway.round;

import org.jspecify.annotations.NullMarked;
