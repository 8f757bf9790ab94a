/** How much is logged, as Triton's extension shows and changes it. */
@NullMarked
package dev.weft.gateway.log;

import org.jspecify.annotations.NullMarked;
