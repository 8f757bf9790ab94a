/** Who of a site goes on when its nodes do not see each other: whoever its journal says. */
@NullMarked
package dev.weft.cluster.lease;

import org.jspecify.annotations.NullMarked;
