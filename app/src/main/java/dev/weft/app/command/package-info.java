/** The subcommands: each a class that reads its flags, asks others to do the work, and prints. */
@NullMarked
package dev.weft.app.command;

import org.jspecify.annotations.NullMarked;
