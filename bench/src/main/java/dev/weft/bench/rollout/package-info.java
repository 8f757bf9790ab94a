/** Rollouts of made-up variants in virtual time: what the gates let through and what they stop. */
@NullMarked
package dev.weft.bench.rollout;

import org.jspecify.annotations.NullMarked;
