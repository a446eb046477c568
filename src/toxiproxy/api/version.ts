/** The version of the original whose behaviour the engine has: what `GET /version` answers. */
export const TOXIPROXY_VERSION = '2.12.0';
