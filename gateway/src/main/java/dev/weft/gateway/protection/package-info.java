/**
 * What stands around a gateway: TLS and accounts from files that are read again when they change.
 */
@NullMarked
package dev.weft.gateway.protection;

import org.jspecify.annotations.NullMarked;
