/** A made-up service account: its key file, and what a verifier needs of it. */
export function makeAccount(tokenUrl: any, email?: string): {
    type: string;
    client_email: string;
    private_key_id: `${string}-${string}-${string}-${string}-${string}`;
    private_key: string | NonSharedBuffer;
    token_uri: any;
};
export class Refused extends Error {
    constructor(status: any, message: any, reason?: string);
    status: any;
    reason: string;
}
export class Identity {
    constructor(account: any, now: any);
    now: any;
    given: number;
    tokenSeconds: number;
    newToken(scopes: any): {
        access_token: string;
        expires_in: number;
        token_type: string;
    };
    /** RFC 7523, as Google's token endpoint takes it. */
    exchange(form: any): {
        access_token: string;
        expires_in: number;
        token_type: string;
    };
    forget(): void;
    /** The scopes of the request's token. */
    authorize(headers: any): any;
    /** A V4 signed request (cloud.google.com/storage/docs/authentication/canonical-requests). */
    authorizeSigned(method: any, url: any, headers: any): void;
    #private;
}
