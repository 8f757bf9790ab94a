/** Which node mirrors whose edge buffer, and how that goes over the data link. */
@NullMarked
package dev.weft.cluster.standby;

import org.jspecify.annotations.NullMarked;
