/** Rollouts on a node: its traffic, what its frames say, and the way in for those who ask. */
@NullMarked
package dev.weft.supervisor.node;

import org.jspecify.annotations.NullMarked;
