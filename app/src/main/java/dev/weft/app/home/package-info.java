/** The folder Weft was built in, and what this build is. */
@NullMarked
package dev.weft.app.home;

import org.jspecify.annotations.NullMarked;
