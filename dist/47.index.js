export const id = 47;
export const ids = [47];
export const modules = {

/***/ 99047:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fetchTarball: () => (/* binding */ fetchTarball),
/* harmony export */   unpackTarball: () => (/* binding */ unpackTarball)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(57075);
/* harmony import */ var _actions_http_client__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(44942);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(51455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(76760);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(46466);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(38522);
/* harmony import */ var tar_stream__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(56118);
/** Brings one tarball over the network, bounded in time and size, hands it on only when its bytes are those that the lock file names, and unpacks plain files alone. */








/** Four times what the largest package of the engine weighs. */
const mostBytes = 128 * 1024 * 1024;
/** Through the proxy that the environment names, if it names one. Throws with a reason that needs no address. */
async function fetchTarball({ url, integrity, signal, silenceMilliseconds }) {
    const client = new _actions_http_client__WEBPACK_IMPORTED_MODULE_2__/* .HttpClient */ .Qq('trueup', [], { allowRetries: true, maxRetries: 2, maxRedirects: 3, socketTimeout: silenceMilliseconds });
    const { message } = await client.get(url.href);
    (0,node_stream__WEBPACK_IMPORTED_MODULE_1__.addAbortSignal)(signal, message);
    if (message.statusCode !== 200) {
        message.destroy();
        throw new Error(`it answered ${message.statusCode ?? 'nothing'}`);
    }
    const parts = [];
    let length = 0;
    for await (const part of message) {
        length += part.length;
        if (length > mostBytes)
            throw new Error(`it is larger than ${mostBytes} bytes`);
        parts.push(part);
    }
    const tarball = Buffer.concat(parts);
    if (`sha512-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha512').update(tarball).digest('base64')}` !== integrity)
        throw new Error('its bytes are not those of the lock file');
    return tarball;
}
const mostUnpackedBytes = 512 * 1024 * 1024;
const mostEntries = 10_000;
/** Throws at the first entry that is a link, a device, or leads out of the folder; what was written until then stays, for the caller to remove. */
async function unpackTarball(tarball, folder) {
    const archive = (0,tar_stream__WEBPACK_IMPORTED_MODULE_7__.extract)();
    const read = (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_5__.pipeline)(node_stream__WEBPACK_IMPORTED_MODULE_1__.Readable.from([tarball]), (0,node_zlib__WEBPACK_IMPORTED_MODULE_6__.createGunzip)(), archive);
    // Its failure also ends the loop below, which says it; this keeps it from being said twice.
    read.catch(() => undefined);
    let bytes = 0;
    let entries = 0;
    for await (const entry of archive) {
        const { name, type, size } = entry.header;
        bytes += size;
        entries += 1;
        if (bytes > mostUnpackedBytes || entries > mostEntries)
            throw new Error('it unpacks to more than a package holds');
        const place = placeOf(entry.header);
        if (type !== 'file' && type !== 'directory')
            throw new Error(`it holds a ${type}, ${JSON.stringify(name)}`);
        const parts = [];
        for await (const part of entry)
            parts.push(part);
        if (type === 'directory' || place === null)
            continue;
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_3__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(folder, (0,node_path__WEBPACK_IMPORTED_MODULE_4__.dirname)(place)), { recursive: true });
        // A name that comes twice is refused rather than written over.
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_3__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(folder, place), parts, { flag: 'wx', mode: 0o644 });
    }
    await read;
}
/** Without the first folder, which a registry names as it likes; null for that folder itself. */
function placeOf({ name }) {
    const parts = name.replace(/\/+$/, '').split('/');
    const strange = parts.some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part));
    if (strange)
        throw new Error(`it holds a path that leads elsewhere, ${JSON.stringify(name)}`);
    return parts.length === 1 ? null : (0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(...parts.slice(1));
}


/***/ })

};
