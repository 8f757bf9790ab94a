/** Sessions over the nodes of their site, and the way to a session of another site. */
@NullMarked
package dev.weft.cluster.session;

import org.jspecify.annotations.NullMarked;
