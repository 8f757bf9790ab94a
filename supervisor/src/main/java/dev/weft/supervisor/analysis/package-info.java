/** What the trials of a step measure, gathered for the gates that judge it. */
@NullMarked
package dev.weft.supervisor.analysis;

import org.jspecify.annotations.NullMarked;
