/** CRC-32C as Google writes it: big-endian, in base64. */
export function crc32c(bytes: any): string;
export class Bucket {
    constructor(name: any, now: any);
    objects: Map<any, any>;
    sessions: Map<any, any>;
    /** `storesLess(bytes)`: how many of a piece's bytes are stored. */
    storesLess: (bytes: any) => any;
    name: any;
    now: any;
    config: {
        kind: string;
        name: any;
        id: any;
        location: string;
        locationType: string;
        storageClass: string;
        projectNumber: string;
        metageneration: string;
        timeCreated: string;
        updated: string;
        iamConfiguration: {
            uniformBucketLevelAccess: {
                enabled: boolean;
            };
            publicAccessPrevention: string;
        };
        softDeletePolicy: {
            retentionDurationSeconds: string;
        };
    };
    permissions: Set<string>;
    resource(object: any): {
        kind: string;
        id: string;
        name: any;
        bucket: any;
        generation: string;
        metageneration: string;
        contentType: any;
        size: string;
        crc32c: any;
        md5Hash: any;
        timeCreated: any;
        updated: any;
        storageClass: string;
        etag: string;
    };
    /** Each writing call must name the state that it expects; each named state must hold. */
    check(name: any, conditions: any, { writes }: {
        writes: any;
    }): any;
    insert(name: any, bytes: any, conditions: any, { contentType, expectedCrc32c, expectedMd5 }?: {
        contentType?: string | undefined;
    }): {
        name: any;
        bytes: any;
        contentType: string;
        generation: bigint;
        created: string;
        crc32c: string;
        md5: string;
    };
    delete(name: any, conditions: any): void;
    list({ prefix, delimiter, pageToken, maxResults, startOffset }: {
        prefix?: string | undefined;
        delimiter?: string | undefined;
        pageToken?: string | undefined;
        maxResults?: number | undefined;
        startOffset?: string | undefined;
    }): {
        items: {
            kind: string;
            id: string;
            name: any;
            bucket: any;
            generation: string;
            metageneration: string;
            contentType: any;
            size: string;
            crc32c: any;
            md5Hash: any;
            timeCreated: any;
            updated: any;
            storageClass: string;
            etag: string;
        }[];
        prefixes: any[];
        nextPageToken: string;
    } | {
        items: {
            kind: string;
            id: string;
            name: any;
            bucket: any;
            generation: string;
            metageneration: string;
            contentType: any;
            size: string;
            crc32c: any;
            md5Hash: any;
            timeCreated: any;
            updated: any;
            storageClass: string;
            etag: string;
        }[];
        prefixes: any[];
        nextPageToken?: never;
    };
    begin(name: any, conditions: any, metadata: any): `${string}-${string}-${string}-${string}-${string}`;
    /** One PUT to a session: the object when it is whole, else how much is stored. */
    piece(id: any, contentRange: any, bytes: any, expectedCrc32c: any): {
        object: any;
        stored?: never;
    } | {
        stored: any;
        object?: never;
    };
    #private;
}
