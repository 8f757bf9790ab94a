/** Rollouts of variants: what is kept of them, what follows from what, and who carries it out. */
@NullMarked
package dev.weft.supervisor.rollout;

import org.jspecify.annotations.NullMarked;
