export const id = 47;
export const ids = [47];
export const modules = {

/***/ 99047:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fetchTarball: () => (/* binding */ fetchTarball)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(57075);
/* harmony import */ var _actions_http_client__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(44942);
/** Brings one tarball over the network, bounded in time and size, and hands it on only when its bytes are those that the lock file names. */



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


/***/ })

};
