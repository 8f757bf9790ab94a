/** What the fabric runs, as the models that the protocol knows. */
@NullMarked
package dev.weft.gateway.model;

import org.jspecify.annotations.NullMarked;
