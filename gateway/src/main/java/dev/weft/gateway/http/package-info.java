/** The Open Inference Protocol v2 over HTTP: the only place where the HTTP stack is spoken. */
@NullMarked
package dev.weft.gateway.http;

import org.jspecify.annotations.NullMarked;
