/** Topics of Stream. Source: the protocol page of the developer site. */
export const ROBOT_TOPIC = '/v1.0/im/bot/messages/get';
export const CARD_TOPIC = '/v1.0/card/instances/callback';

/** Real ms in which an app has to answer. Sources: appendix-b-proposals-for-rational-use-of-resources; event-callback-card. */
export const STREAM_MS = 3_000;
export const HTTP_MS = 2_500;
export const CARD_MS = 2_000;
/** Source: callback-event-message-body-encryption-and-decryption. */
export const CHECK_URL_MS = 1_500;
