/** Rollouts on the command line: carrying out what a running process is asked, and telling it. */
@NullMarked
package dev.weft.app.rollout;

import org.jspecify.annotations.NullMarked;
