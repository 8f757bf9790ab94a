/** Sites: where nodes stand together, and which of them is a session's home. */
@NullMarked
package dev.weft.cluster.site;

import org.jspecify.annotations.NullMarked;
