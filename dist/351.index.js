export const id = 351;
export const ids = [351];
export const modules = {

/***/ 3351:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   unpackTarball: () => (/* binding */ unpackTarball)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(57075);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(46466);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(38522);
/* harmony import */ var tar_stream__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(56118);
/** Unpacks a package's tarball into a folder that is not there yet: plain files inside of it and nothing else. */






const mostBytes = 512 * 1024 * 1024;
const mostEntries = 10_000;
/** Throws at the first entry that is a link, a device, or leads out of the folder; what was written until then stays, for the caller to remove. */
async function unpackTarball(tarball, folder) {
    const archive = (0,tar_stream__WEBPACK_IMPORTED_MODULE_5__.extract)();
    const read = (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_3__.pipeline)(node_stream__WEBPACK_IMPORTED_MODULE_2__.Readable.from([tarball]), (0,node_zlib__WEBPACK_IMPORTED_MODULE_4__.createGunzip)(), archive);
    // Its failure also ends the loop below, which says it; this keeps it from being said twice.
    read.catch(() => undefined);
    let bytes = 0;
    let entries = 0;
    for await (const entry of archive) {
        const { name, type, size } = entry.header;
        bytes += size;
        entries += 1;
        if (bytes > mostBytes || entries > mostEntries)
            throw new Error('it unpacks to more than a package holds');
        const place = placeOf(entry.header);
        if (type !== 'file' && type !== 'directory')
            throw new Error(`it holds a ${type}, ${JSON.stringify(name)}`);
        const parts = [];
        for await (const part of entry)
            parts.push(part);
        if (type === 'directory' || place === null)
            continue;
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(place)), { recursive: true });
        // A name that comes twice is refused rather than written over.
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, place), parts, { flag: 'wx', mode: 0o644 });
    }
    await read;
}
/** Without the first folder, which a registry names as it likes; null for that folder itself. */
function placeOf({ name }) {
    const parts = name.replace(/\/+$/, '').split('/');
    const strange = parts.some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part));
    if (strange)
        throw new Error(`it holds a path that leads elsewhere, ${JSON.stringify(name)}`);
    return parts.length === 1 ? null : (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(...parts.slice(1));
}


/***/ })

};
