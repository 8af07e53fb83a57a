const characters = "[!#$%&'*+.^_`|~0-9A-Za-z-]";

/** What can be the name of a header (RFC 9110, token): anything else would break every answer that has it. */
export const headerName = { pattern: `^${characters}+$` };
/** A part of such a name. */
export const headerNamePart = { pattern: `^${characters}*$` };
/** Why a name that APISIX takes is not taken. */
export const headerNameDifference = 'What cannot be the name of a header is refused when it is written.';
