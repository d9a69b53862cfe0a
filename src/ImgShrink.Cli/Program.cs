Console.WriteLine("imgshrink");
