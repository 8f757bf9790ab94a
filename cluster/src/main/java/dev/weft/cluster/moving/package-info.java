/** Moving of sessions between sites: by what nodes tell, and to empty a site. */
@NullMarked
package dev.weft.cluster.moving;

import org.jspecify.annotations.NullMarked;
