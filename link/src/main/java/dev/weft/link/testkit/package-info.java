/** For tests of links: a network that can be made worse. */
@NullMarked
package dev.weft.link.testkit;

import org.jspecify.annotations.NullMarked;
