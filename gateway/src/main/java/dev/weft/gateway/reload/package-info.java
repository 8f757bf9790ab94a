/** Models that are loaded again when their files change, as a gateway tells of it. */
@NullMarked
package dev.weft.gateway.reload;

import org.jspecify.annotations.NullMarked;
