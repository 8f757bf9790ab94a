/** Who may do what: credentials to callers, and their roles to rights. Knows no protocol. */
@NullMarked
package dev.weft.gateway.access;

import org.jspecify.annotations.NullMarked;
