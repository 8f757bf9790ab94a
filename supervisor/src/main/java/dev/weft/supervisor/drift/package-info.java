/** Whether what was promoted stays what was judged, and what a change does to accuracy. */
@NullMarked
package dev.weft.supervisor.drift;

import org.jspecify.annotations.NullMarked;
