/** What waits before a stage, what comes next and what gives way; decisions without threads. */
@NullMarked
package dev.weft.fabric.lane;

import org.jspecify.annotations.NullMarked;
