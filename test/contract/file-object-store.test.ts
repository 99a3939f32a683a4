import { FileObjectStore } from "../../local/files/file-object-store.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";
import { objectStoreContract } from "./object-store.contract.ts";

objectStoreContract("FileObjectStore", async () => {
  const directory = await temporaryDirectory();
  const store = new FileObjectStore(directory.path);
  return {
    subject: store,
    dispose: async () => {
      store.close();
      await directory.remove();
    },
  };
});
