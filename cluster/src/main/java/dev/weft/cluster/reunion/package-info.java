/** How clusters of one name that do not know each other become one, and who may begin one. */
@NullMarked
package dev.weft.cluster.reunion;

import org.jspecify.annotations.NullMarked;
