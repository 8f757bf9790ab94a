/**
 * The edge buffer's hot standby: the same files on another node, which sends in the owner's place.
 */
@NullMarked
package dev.weft.persistence.mirror;

import org.jspecify.annotations.NullMarked;
