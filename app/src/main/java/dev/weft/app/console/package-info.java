/** What goes to a person or a program: lines, progress, tables, JSON. */
@NullMarked
package dev.weft.app.console;

import org.jspecify.annotations.NullMarked;
