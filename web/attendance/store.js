// Where a device keeps what it must not lose: IndexedDB, a transaction for each change, written through to the disk.

const NAME = "konbit-attendance";

/** `kept` holds single things by name; `events` holds what was recorded, by its number on this device. */
export function openStore() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("events", { keyPath: "sequence" }).createIndex("waits", "waits");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Runs `work({ kept, events })` whole or not at all. It may await requests of the store (`got`), and nothing else. */
export function change(store, work) {
  return transact(store, "readwrite", work);
}

/** The same, for reading alone. */
export function look(store, work) {
  return transact(store, "readonly", work);
}

export function got(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function transact(store, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = store.transaction(["kept", "events"], mode, { durability: "strict" });
    let result;
    let failure = null;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(failure ?? transaction.error);
    work({ kept: transaction.objectStore("kept"), events: transaction.objectStore("events") }).then(
      (value) => {
        result = value;
      },
      (error) => {
        failure = error;
        transaction.abort();
      },
    );
  });
}
