/** What a rollout leaves behind for people: a chained file of all that was decided, and a page. */
@NullMarked
package dev.weft.supervisor.evidence;

import org.jspecify.annotations.NullMarked;
