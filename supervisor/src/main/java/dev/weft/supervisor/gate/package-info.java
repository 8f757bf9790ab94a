/** Whether a candidate is within its limits: tests that may be looked at at any time. */
@NullMarked
package dev.weft.supervisor.gate;

import org.jspecify.annotations.NullMarked;
