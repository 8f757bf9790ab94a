/** Who a node is, and whom it believes: TLS of all links, from files that may change. */
@NullMarked
package dev.weft.link.identity;

import org.jspecify.annotations.NullMarked;
